"""The whole deployment as processes of this machine: nginx, web nodes, workers, PostgreSQL with a replica, Redis, mail.

`python -m tests.topology --help` starts it for people; tests take `machines.topology()`.
"""
