"""What a user can do about Bluetooth that does not work, by platform."""

DEMO_ADVICE = "Without Bluetooth, `breathsense demo` still works."
SWITCH_ON = {
    "linux": "Switch Bluetooth on: `bluetoothctl power on`"
    " (if that fails: `rfkill unblock bluetooth`).",
    "darwin": "Switch Bluetooth on in System Settings > Bluetooth.",
    "win32": "Switch Bluetooth on in Settings > Bluetooth & devices.",
}
ALLOW = {
    "linux": "Ask the administrator to let this user use Bluetooth (often: group `bluetooth`).",
    "darwin": "Allow your terminal in System Settings > Privacy & Security > Bluetooth,"
    " then start it again.",
    "win32": "Allow apps to use Bluetooth in Settings > Privacy & security.",
}
PLUG_IN = {
    "linux": "Plug in a Bluetooth LE adapter; `bluetoothctl list` shows those that work.",
    "darwin": "Plug in a Bluetooth LE adapter.",
    "win32": "Plug in a Bluetooth LE adapter; the Device Manager shows those that work.",
}
START_SERVICE = "Install BlueZ and start it: `sudo systemctl start bluetooth`."
PAIR = {
    "linux": "Remove the old pairing with `bluetoothctl remove ADDRESS`, then try again.",
    "darwin": "Forget the wearable in System Settings > Bluetooth, then try again.",
    "win32": "Remove the wearable in Settings > Bluetooth & devices, then try again.",
}
RESTART = "It is tried again; if this goes on, switch Bluetooth off and on."
COME_NEARER = (
    "Put it on, wake it, bring it nearer, and see that no phone or other program holds it;"
    " `breathsense scan` lists what is in reach."
)

OTHER_MODEL = {
    "linux": "Its model or firmware may differ from what the profile describes; or this computer"
    " remembers an older table of its services: `bluetoothctl remove ADDRESS`, then try again.",
    "darwin": "Its model or firmware may differ from what the profile describes; or this computer"
    " remembers an older table of its services: switch Bluetooth off and on, then try again.",
    "win32": "Its model or firmware may differ from what the profile describes; or this computer"
    " remembers an older table of its services: remove it in Settings > Bluetooth & devices.",
}
"""On Windows the next attempt reads the table anew, which is enough unless it is paired."""


def choose_advice(advice: dict[str, str], platform: str) -> str:
    """Return the advice for a platform (as ``sys.platform``); unknown ones are mostly Unix."""
    return advice.get(platform, advice["linux"])
