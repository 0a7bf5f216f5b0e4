"""The pages people review on: one application, served alone on loopback and inside Airflow.

Invariant: every route names the permission it needs, every act is a POST that carries the visitor's token, and whoever
is shown a person stands in the audit log first.
"""

from reconcile.review.pages.app import create_app as create_app
