"""Virtual wearables on a virtual person: one device model, served to the demo and to tests."""
