"""S3 and what speaks like it, by s3fs.

Decides whose keys are used: the connection's, or where there is none those of the machine itself (its role, its
variables). Invariant: what a connection says that is not understood here is refused, not passed over.
"""

from typing import Any, Final

from reconcile.sources.address import checked
from reconcile.sources.connection import Connection
from reconcile.sources.limits import limits

KNOWN: Final = ("endpoint_url", "region_name", "aws_session_token", "aws_access_key_id", "aws_secret_access_key")
"""What the extra of Airflow's Amazon connection may say here; a role to assume is the machine's to assume."""


def filesystem(connection: Connection) -> Any:
    """An fsspec filesystem; nothing is asked of the service yet.

    Raises:
        SourceError: the connection says what cannot be done, such as an endpoint without encryption.
    """
    from s3fs import S3FileSystem  # noqa: PLC0415 - most cycles read folders, and it takes a while to load

    if strange := sorted(connection.extra.keys() - {*KNOWN}):
        raise connection.complaint(f"has an extra {strange[0]} that is not known here: known are {', '.join(KNOWN)}")
    endpoint = connection.text("endpoint_url")
    if endpoint:
        checked(endpoint)
    return S3FileSystem(
        key=connection.login or connection.text("aws_access_key_id") or None,
        secret=connection.password or connection.text("aws_secret_access_key") or None,
        token=connection.text("aws_session_token") or None,
        endpoint_url=endpoint or None,
        client_kwargs={"region_name": connection.text("region_name")} if connection.text("region_name") else {},
        config_kwargs={
            "connect_timeout": limits().connect_seconds,
            "read_timeout": limits().read_seconds,
            "retries": {"total_max_attempts": 1},
        },
        # Parts fetched at once would each be held in memory whole.
        max_concurrency=1,
        skip_instance_cache=True,
        use_listings_cache=False,
    )
