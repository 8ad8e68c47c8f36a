// Turns src/ into JavaScript for the image: `node to-javascript.mjs FROM TO`. Types become spaces, so that lines and columns in stacks are those
// of the sources, and names of .ts files in imports and URLs become names of .js files. A process that loads no compiler starts in
// half of the time and takes 30 MB less.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative } from 'node:path'

const NAME_OF_FILE = /(['"])(\.{1,2}\/[^'"\n]*)\.ts\1/g

const [, , from, to] = process.argv
for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const path = join(entry.parentPath, entry.name)
  const target = join(to, relative(from, path)).replace(/\.ts$/, '.js')
  const text = readFileSync(path, 'utf8')
  const javaScript = path.endsWith('.ts') ? stripTypeScriptTypes(text) : text
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, /\.m?js$/.test(target) ? javaScript.replace(NAME_OF_FILE, '$1$2.js$1') : text)
}
