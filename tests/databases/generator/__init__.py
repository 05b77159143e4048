"""Databases at random: described as data, built by the same steps as those written by hand, and
made smaller when a run fails on one."""
