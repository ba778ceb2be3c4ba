// Where LogQL is broken: reads a list of queries as JSON from the standard input, and writes for each the texts at which
// Grafana's own parser had to give up; an empty list for a query that is whole.
import { readFileSync } from 'node:fs';
import { parser } from '@grafana/lezer-logql';

function broken(query) {
  const found = [];
  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError) {
        found.push(query.slice(node.from, node.to + 1));
      }
    },
  });
  return found;
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(broken)));
