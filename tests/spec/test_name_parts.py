# ruff: noqa: E501
"""How a name as written is taken apart, in tables a coordinator can read: what is written, and what is compared."""

import pytest

from reconcile.names import parse
from reconcile.names.romanise import romanise
from tests.small_tables import rows

GIVEN = """
| written                | compared           | because                                                  |
| John Paul              | john paul          |                                                          |
| Mary-Jane              | mary jane          | a hyphen parts two names                                 |
| Mr John                | john               | titles are no names                                      |
| Rev. Dr. Siân          | sian               |                                                          |
| J. P.                  | j p                | initials are kept                                        |
| John E                 | john e             | an initial, not a Spanish or Portuguese "and"            |
| Ben James              | ben james          | Ben is a name where it comes first                       |
| Omar bin Said          | omar said          | "son of" is written or not at will                       |
| Abdul Rahman           | abdulrahman        | "servant of" and what follows are one name               |
| Abd al-Rahman          | abdulrahman        | however it is spelt                                      |
| Abdur Rahman           | abdulrahman        |                                                          |
| Salah ud-Din           | salahuddin         | "of the faith" belongs to what it follows                |
| Salah Uddin            | salahuddin         |                                                          |
| Habib ur Rahman        | habibur rahman     | as Habibur Rahman                                        |
| Habibur Rahman         | habibur rahman     |                                                          |
| Harjit Singh           | harjit             | millions bear it: two who do are no more alike for it    |
| Fatima Bibi            | fatima             |                                                          |
| Singh                  | singh              | but a name that is all there is is kept                  |
| Oleksandr Ivanovych    | oleksandr ivanovych | a patronymic is a later name                            |
| UNKNOWN                |                    | no name                                                  |
| fnu                    |                    | first name unknown                                       |
| Le David               | le david           | no particle where it comes first                         |
"""
SURNAMES = """
| written                 | whole        | parts        | former | because                                      |
| Smith                   | smith        |              |        |                                              |
| SMITH-JONES             | smithjones   | smith jones  |        | a shared half is seen                        |
| Smith Jones             | smithjones   | smith jones  |        |                                              |
| Garcia y Lopez          | garcialopez  | garcia lopez |        | "and" is written or not at will              |
| Mac Donald              | mcdonald     |              |        | Mac and Mc are one                           |
| MacDonald               | mcdonald     |              |        |                                              |
| McDonald                | mcdonald     |              |        |                                              |
| Mack                    | mack         |              |        | but not where too little follows             |
| O'Neill                 | oneill       |              |        |                                              |
| O Neill                 | oneill       |              |        |                                              |
| Ó Súilleabháin          | osuilleabhain |             |        |                                              |
| van der Berg            | vanderberg   | berg         |        | Berg alone shares its name                   |
| Vanderberg              | vanderberg   |              |        |                                              |
| de Souza                | desouza      | souza        |        |                                              |
| ap Rhys                 | aprhys       | rhys         |        |                                              |
| al-Masri                | masri        |              |        | the article is written or not at will        |
| bin Laden               | laden        |              |        |                                              |
| Jones née Smith         | jones        |              | smith  | a former name is another name                |
| Jones (formerly Smith)  | jones        |              | smith  |                                              |
| Cole a.k.a. Brown       | cole         |              | brown  |                                              |
| Cole aka Jack Brown     | cole         |              | brown  | the given name before it left out            |
| Cole now known as Price | cole         |              | price  |                                              |
| Smith Jr                | smith        |              |        | suffixes are no names                        |
| Major                   | major        |              |        | but a surname may be spelt like a title      |
| N/K                     |              |              |        | no name                                      |
"""
FULL = """
| written                         | given               | surname             | because                                 |
| John Paul Smith                 | John Paul           | Smith               | the English order                       |
| SMITH, John Paul                | John Paul           | SMITH               | a comma                                 |
| Jean-Luc DUPONT                 | Jean-Luc            | DUPONT              | capitals                                |
| DUPONT Jean-Luc                 | Jean-Luc            | DUPONT              |                                         |
| JOHN SMITH                      | JOHN                | SMITH               | all in capitals shows nothing           |
| Dr John Smith MBE               | John                | Smith               |                                         |
| John Major                      | John                | Major               |                                         |
| John Smith, Jr                  | John                | Smith               | no surname before a suffix's comma      |
| Ludwig van Beethoven            | Ludwig              | van Beethoven       | particles lead the surname              |
| Sinéad O Connor                 | Sinéad              | O Connor            |                                         |
| John O Smith                    | John O              | Smith               | an initial                              |
| Mohammed Abdul Rahman           | Mohammed            | Abdul Rahman        |                                         |
| Mary Jones née Smith            | Mary                | Jones née Smith     |                                         |
| Shevchenko Oleksandr Ivanovych  | Oleksandr Ivanovych | Shevchenko          | a patronymic comes last                 |
| Nowak Krzysztof                 | Krzysztof           | Nowak               | the tables know both                    |
| Krzysztof Nowak                 | Krzysztof           | Nowak               |                                         |
| Nguyen Van Anh                  | Van Anh             | Nguyen              | an East Asian surname comes first       |
| Anh Nguyen                      | Anh                 | Nguyen              |                                         |
| Kim Min-su                      | Min-su              | Kim                 |                                         |
| Kim Wilde                       | Kim                 | Wilde               |                                         |
| 王小明                          | 小明                | 王                  | signs                                   |
| 欧阳娜                          | 娜                  | 欧阳                | a surname of two                        |
| 김민수                          | 민수                | 김                  |                                         |
| Prince                          |                     | Prince              | a single word                           |
| Mr Prince                       |                     | Prince              |                                         |
"""
LATIN = """
| written      | latin              |
| O’Neill      | oneill             |
| Łukasz Wójcik | lukasz wojcik     |
| Ștefănescu   | stefanescu         |
| Siôn Llŷr    | sion llyr          |
| Ḃriain       | bhriain            |
| Олександр    | oleksandr          |
| Юлія Гнатюк  | yuliia hnatiuk     |
| Хрущёв       | khrushchev         |
| محمّد        | muhammad           |
| أحمد علي     | ahmad ali          |
| عبدالرحمن    | abdul rahman       |
| غلام حسین    | ghulam husayn      |
| राजेश शर्मा  | rajesh sharma      |
| मोहम्मद ज़ाकिर | mohammed zakir   |
| ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ | gurprit singh     |
| ਹਰਜੀਤ ਕੌਰ    | harjit kaur        |
| রহমান        | rahman             |
| 王伟         | wang wei           |
| 김           | kim                |
| Müller Bjørn | muller bjorn       |
"""


@pytest.mark.parametrize("row", rows(GIVEN), ids=lambda row: row["written"])
def test_given_names(row: dict[str, str]) -> None:
    assert " ".join(parse.given(row["written"])) == row["compared"]


@pytest.mark.parametrize("row", rows(SURNAMES), ids=lambda row: row["written"])
def test_surnames(row: dict[str, str]) -> None:
    found = parse.surname(row["written"])
    assert (found.whole, " ".join(found.parts), found.former) == (row["whole"], row["parts"], row["former"])


@pytest.mark.parametrize("row", rows(FULL), ids=lambda row: row["written"])
def test_full_names(row: dict[str, str]) -> None:
    assert parse.full(row["written"]) == (row["given"], row["surname"])


@pytest.mark.parametrize("row", rows(LATIN), ids=lambda row: row["latin"])
def test_other_scripts(row: dict[str, str]) -> None:
    assert romanise(row["written"]) == row["latin"]
