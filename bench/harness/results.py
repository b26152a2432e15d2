"""What a run of the benchmark found, and questions to it."""
import statistics


class Results:
    def __init__(self, document):
        self.document = document  # what goes to the JSON file
        document.setdefault("moves", [])

    def add(self, move):
        self.document["moves"].append(move)

    def of(self, tool, workload):
        """The moves of a tool with a workload that went well."""
        return [move for move in self.document["moves"]
                if move["tool"] == tool and move["workload"] == workload and "error" not in move]

    def error(self, tool, workload):
        """Why there is none; None if it was not tried."""
        return next((move["error"] for move in self.document["moves"]
                     if move["tool"] == tool and move["workload"] == workload and "error" in move), None)

    def median(self, tool, workload, key):
        values = [move[key] for move in self.of(tool, workload) if move.get(key) is not None]
        return statistics.median(values) if values else None

    def highest(self, tool, workload, key):
        values = [move[key] for move in self.of(tool, workload) if move.get(key) is not None]
        return max(values) if values else None

    def workloads(self):
        return list(dict.fromkeys(move["workload"] for move in self.document["moves"]))

    def tools(self):
        return list(dict.fromkeys(move["tool"] for move in self.document["moves"]))
