"""What the Python scripts need on the machine, as needs.sh does for those in bash."""

import os
import shutil
import subprocess
from pathlib import Path

CANNOT_RUN = 77  # the exit status of a script that can't do its work on this machine


class Missing(Exception):
    """Something that the script needs is missing; the text says how to get it."""


def find_jdk():
    """Returns the home of a JDK 25."""
    needs = Path(__file__).with_suffix(".sh")
    command = ["bash", "-c", '. "$0" && find_jdk', needs]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Missing(
            "no JDK 25 in JAVA_HOME or /usr/lib/jvm: the package openjdk-25-jdk-headless or "
            "temurin-25-jdk brings one"
        )
    return Path(done.stdout.rstrip("\n"))


def find_tools(tools):
    """Returns the path of each program; tools maps programs to packages."""
    path = os.environ["PATH"] + ":/usr/sbin:/lib/systemd"
    found = {name: shutil.which(name, path=path) for name in tools}
    missing = [name for name in tools if not found[name]]
    if missing:
        packages = " ".join(sorted({tools[name] for name in missing}))
        raise Missing(f"no {', '.join(missing)}: apt-get install {packages}")
    return found
