// Command alloy-syntax reads files of Alloy's language with Alloy's own parser and prints them as `alloy fmt` would.
// It ends with 1 and says where, if one is broken. It knows the language alone, and no component.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/printer"
)

func main() {
	for _, name := range os.Args[1:] {
		if err := format(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func format(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(name, text)
	if err != nil {
		return err
	}
	if err := printer.Fprint(os.Stdout, file); err != nil {
		return err
	}
	fmt.Println()
	return nil
}
