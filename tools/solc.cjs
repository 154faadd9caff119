#!/usr/bin/env node
// npm's solc, spoken to as if it were the native compiler: `--version`, and standard JSON from stdin to stdout.
// Ape and its plugins look for a native binary, which no package registry carries.
'use strict'

const fs = require('fs')
const path = require('path')
const solc = require('solc')

const args = process.argv.slice(2)

if (args.includes('--version')) {
  const version = solc.version().replace('.Emscripten.clang', '.Linux.g++')
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}`)
  process.exit(0)
}

const roots = [process.cwd()]
args.forEach((flag, i) => {
  if (flag === '--base-path' || flag === '--include-path') roots.push(args[i + 1])
})

function readImport(name) {
  for (const root of roots) {
    const file = path.resolve(root, name)
    if (fs.existsSync(file)) return { contents: fs.readFileSync(file, 'utf8') }
  }
  return { error: `not found: ${name}` }
}

const output = solc.compile(fs.readFileSync(0, 'utf8'), { import: readImport })

// The WebAssembly build prints the negative ids of builtin declarations as unsigned 32-bit numbers.
process.stdout.write(output.replace(/:(429496[67]\d{3})(?=[,}\]])/g, (_, id) => ':' + (Number(id) - 2 ** 32)))
