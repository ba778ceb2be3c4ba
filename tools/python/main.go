// Command python unpacks CPython 3.13 into a folder, for machines that have none. The interpreter is a standalone build
// that the module carries; it has no ensurepip, so it makes environments with uv alone.
package main

import (
	"fmt"
	"os"

	"github.com/kluctl/go-embed-python/python"
)

func main() {
	if _, err := python.NewEmbeddedPythonWithTmpDir(os.Args[1], false); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
