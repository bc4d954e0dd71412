"""The ledger: every run of training, in a database that is Optuna's storage."""
