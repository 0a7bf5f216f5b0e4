"""What Splink's columns are made of.

Decides how a user who knows Splink prepares the files for it: lower case without accents, names taken apart and
sorted, substrings, placeholders left out, arrays of every name. Invariant: DuckDB SQL over the very file this engine
reads, within the measured time.
"""

from typing import Final

MACROS: Final = [
    r"""create macro words(text) as
        regexp_extract_all(regexp_replace(lower(strip_accents(text)), '[''’`.]', '', 'g'), '[a-z]+')""",
    r"""create macro known(texts) as list_distinct(list_filter(texts, lambda text: text is not null))""",
    r"""create macro plain(text) as
        nullif(trim(regexp_replace(lower(strip_accents(text)), '[^a-z0-9]+', ' ', 'g')), '')""",
    r"""create macro street(text) as
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(plain(text),
        ' rd$', ' road'), ' ave$', ' avenue'), ' st$', ' street'), ' cres$', ' crescent'), ' cl$', ' close')""",
]
REGISTER: Final = r"""
with parted as (
    select
        *,
        words(given_names) as given,
        words(surname) as family,
        list_filter(
            list_transform(string_split(coalesce(other_names, ''), ';'), lambda other: words(other)),
            lambda part: len(part) > 1
        ) as others,
        case when postcode not in ('NF1 1NF', 'NF1 1FA', 'ZZ99 3VZ') then upper(postcode) end as home
    from read_parquet('{file}')
),
named as (
    select
        *,
        given[1] as forename,
        nullif(array_to_string(given[2:], ' '), '') as middle,
        nullif(array_to_string(family, ''), '') as last_name,
        case when birth_date not in ('1900-01-01', '1970-01-01') then try_cast(birth_date as date) end as birth
    from parted
)
select
    record_id as unique_id,
    sex,
    forename,
    middle,
    last_name,
    forename || ' ' || last_name as full_name,
    case when count(*) over (partition by forename, last_name) <= 15 then forename || ' ' || last_name end as rare_name,
    array_to_string(list_sort(list_concat(given[1:1], family)), ' ') as sorted_name,
    known(list_concat([forename], list_transform(others, lambda other: other[1]))) as forenames,
    known(list_concat([last_name], list_transform(others, lambda other: other[-1]))) as last_names,
    known(list_concat(
        [forename || ' ' || last_name], list_transform(others, lambda other: other[1] || ' ' || other[-1])
    )) as full_names,
    birth,
    cast(birth as varchar) as birth_text,
    coalesce(
        substr(cast(birth as varchar), 1, 4), nullif(regexp_extract(birth_date, '^[0-9]{{4}}$'), '')
    ) as birth_year,
    cast(try_cast(conviction_date as date) as varchar) as convicted,
    plain(place_of_birth) as birth_place,
    home as postcode,
    nullif(regexp_extract(home, '^[A-Z]{{1,2}}[0-9][A-Z0-9]?'), '') as outcode,
    plain(town) as town,
    street(address) as address,
    pnc,
    case when cro <> '000000/00Z' then cro end as cro,
    nomis
from named
"""
FEBRL: Final = """
select
    rec_id as unique_id,
    nullif(given_name, '') as given_name,
    nullif(surname, '') as surname,
    given_name || '_' || surname as full_name,
    nullif(street_number, '') as street_number,
    nullif(address_1, '') as address_1,
    nullif(postcode, '') as postcode,
    nullif(state, '') as state,
    nullif(suburb, '') as suburb,
    nullif(date_of_birth, '') as date_of_birth,
    nullif(soc_sec_id, '') as soc_sec_id
from (select trim(columns(*)) from read_csv('{file}', all_varchar = true, normalize_names = true))
"""
FAKE_1000: Final = """
select
    unique_id,
    first_name,
    surname,
    first_name || ' ' || surname as full_name,
    dob,
    city,
    email
from read_csv('{file}', all_varchar = true)
"""
