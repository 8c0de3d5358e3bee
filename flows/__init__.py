"""The shell: network, disk and clock. One stage, one module; ``pipeline`` wires them under Prefect."""
