"""The pure core: no network, disk writes, clock or randomness; plain functions on the frozen records of ``records``."""
