"""One national list of registered offenders whose whereabouts are unknown.

Each room decides one thing; README's map names them. Stages are pure functions of Arrow tables:
the same inputs in any order give the same bytes.
"""
