"""The peers import libraries that need not be installed: no test looks into their files."""

collect_ignore_glob = ["peers/*"]
