import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../src/cli/checkout.ts'

/**
 * Runs app, probe and page for development: app and probe start again when their sources change, the page reloads itself.
 * The page is at http://localhost:5173; options of `scope probe` may follow `npm run dev --`.
 */
const port = process.env.SCOPE_DEV_PORT ?? '4041'
const app = `http://127.0.0.1:${port}`
const stateDir = process.env.SCOPE_STATE_DIR ?? mkdtempSync(join(tmpdir(), 'scope-dev-'))
const env = { ...process.env, SCOPE_STATE_DIR: stateDir, SCOPE_APP: app }

const vite = join(import.meta.dirname, '../node_modules/vite/bin/vite.js')
const commandLines = [
  ['--watch', '--watch-preserve-output', checkout.main, 'app', `--app.http.address=127.0.0.1:${port}`],
  ['--watch', '--watch-preserve-output', checkout.main, 'probe', ...process.argv.slice(2), app],
  [vite, '--clearScreen=false'],
]

const children = commandLines.map((args) => spawn(process.execPath, args, { stdio: 'inherit', env }))

let ending = false
function end(code: number): void {
  if (ending) return
  ending = true
  process.exitCode = code
  for (const child of children) child.kill('SIGTERM')
}

for (const child of children) {
  child.once('error', () => end(1))
  child.once('exit', (code) => end(code ?? 1))
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(0))
