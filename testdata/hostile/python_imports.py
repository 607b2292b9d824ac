# crime: leaves modules where the interpreter of the next submission would look for them
# row: python
# channel: planted
# limits: cpu 3 s
# allowed: AC
# prints: done
# remains: no module, no compiled code
# except trusted: what the user may write on the host it may write
import os
import site
import sys

role = input().split()[1]
places = {os.getcwd(), "/tmp", os.path.expanduser("~"), site.getusersitepackages(), *sys.path, "/tmp/__pycache__", os.path.dirname(__file__)}
if role == "find":
    for name in ["gavel_planted", "usercustomize"]:
        if name in sys.modules:
            print("FOUND", name)
    for place in places:
        for name in ["gavel_planted.py", "usercustomize.py", "gavel_planted.pyc"]:
            if os.path.exists(os.path.join(place, name)):
                print("FOUND", place, name)
    print("nothing found")
else:
    for place in places:
        try:
            os.makedirs(place, exist_ok=True)
            for name in ["gavel_planted.py", "usercustomize.py", "gavel_planted.pyc"]:
                with open(os.path.join(place, name), "w") as module:
                    module.write("print('FOUND')\n")
        except OSError:
            pass
    print("done")
