#!/usr/bin/env node
// npm's solc, loaded once for many compilations: a request in JSON on a line of stdin, its answer on a line of stdout.
//   {"sources": {path: text in place of the file's}, "settings": {... of standard JSON}} -> solc's standard JSON output
// Files are the project's and of node_modules, as `import` names them.
'use strict'

const fs = require('fs')
const path = require('path')
const readline = require('readline')
const solc = require('solc')

const root = path.dirname(__dirname)
const files = new Map()

function read(name) {
  if (!files.has(name)) {
    const place = [root, path.join(root, 'node_modules')].map((p) => path.resolve(p, name)).find(fs.existsSync)
    files.set(name, place ? { contents: fs.readFileSync(place, 'utf8') } : { error: `not found: ${name}` })
  }
  return files.get(name)
}

function compile({ sources, settings }) {
  const given = (name) => (name in sources ? { contents: sources[name] } : read(name))
  const asked = Object.keys(settings.outputSelection)
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(asked.map((name) => [name, { content: given(name).contents }])),
    settings,
  }
  return solc.compile(JSON.stringify(input), { import: given })
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(compile(JSON.parse(line)).replace(/\n/g, '') + '\n')
})
