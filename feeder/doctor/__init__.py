"""What is wrong around feeder: machine, folders, record, network, service. It reads only."""
