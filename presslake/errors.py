"""What can go wrong, by what has to be done about it.

PresslakeError
├── ConfigError      a setting or file is wrong: stop at once, naming file, key and allowed values
├── WarehouseError   the warehouse is damaged, locked or from an older version
├── ModelError       a recogniser or model that was asked for cannot be loaded
├── CheckFailed      a blocking expectation does not hold: nothing is published
├── PublishError     a snapshot could not be written or verified; the last one stands
└── EngineError      the flow engine's server does not answer

Every message names the remedy. Bad *input* is never an exception of a run: a page that gives no article is returned
as a ``transforms.records.Rejected`` and ends in the table ``rejects``.
"""


class PresslakeError(Exception):
    """Base of everything that presslake raises on purpose; the CLI prints its message without a traceback."""

    exit_code = 1


class ConfigError(PresslakeError):
    exit_code = 2


class WarehouseError(PresslakeError):
    exit_code = 3


class CheckFailed(PresslakeError):
    exit_code = 4
    result: object = None
    """The ``flows.check.CheckResult`` that blocked."""


class PublishError(PresslakeError):
    exit_code = 5


class ModelError(PresslakeError):
    exit_code = 6


class EngineError(PresslakeError):
    exit_code = 7
