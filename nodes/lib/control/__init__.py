"""Networks beside the network, that lead it along a picture: ControlNets and T2I adapters."""
