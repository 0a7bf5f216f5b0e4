"""Airflow's connections as the intake takes them: found by name when a task needs one, and held in memory only."""


def of_airflow(name):
    """The Airflow connection ``name``, or where Airflow has none the variable RECONCILE_CONN_<NAME>."""
    from airflow.sdk import Connection as Stored
    from airflow.sdk.exceptions import AirflowNotFoundException

    from reconcile.sources import Connection, from_environment
    from reconcile.sources.connection import extra_of

    try:
        found = Stored.get(name)
    except AirflowNotFoundException:
        return from_environment(name)
    kind, host, login, password = (text or "" for text in (found.conn_type, found.host, found.login, found.password))
    return Connection(name, kind, host, found.port, login, password, extra_of(name, found.extra))
