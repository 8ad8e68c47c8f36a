import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../src/checkout.ts'

/**
 * Runs app, probe and page for development: app and probe start again when their sources change, the page reloads itself.
 * The page is at http://localhost:5173, the app at port 4041 (`SCOPE_DEV_PORT`); options of `scope probe` may follow `npm run dev --`.
 * State is kept in `SCOPE_STATE_DIR`, or in a directory that goes with the run.
 */
const port = process.env.SCOPE_DEV_PORT ?? '4041'
const app = `http://127.0.0.1:${port}`
const given = process.env.SCOPE_STATE_DIR
const stateDir = given ?? mkdtempSync(join(tmpdir(), 'scope-dev-'))
const env = { ...process.env, SCOPE_STATE_DIR: stateDir, SCOPE_APP: app }

const vite = join(import.meta.dirname, '../node_modules/vite/bin/vite.js')
const commandLines = [
  [
    '--watch',
    '--watch-preserve-output',
    checkout.programs.main,
    'app',
    `--app.http.address=127.0.0.1:${port}`,
  ],
  ['--watch', '--watch-preserve-output', checkout.programs.main, 'probe', ...process.argv.slice(2), app],
  [vite, '--clearScreen=false'],
]

const children = commandLines.map((args) => spawn(process.execPath, args, { stdio: 'inherit', env }))

/** A key that ends it at a terminal reaches all of them; whoever does not end by that is told. */
const PATIENCE_MS = 3000

let running = children.length
let ending = false
function tellToEnd(): void {
  for (const child of children) child.kill('SIGTERM')
}
function end(code: number, afterMs = 0): void {
  if (ending) return
  ending = true
  process.exitCode = code
  if (afterMs === 0) tellToEnd()
  else setTimeout(tellToEnd, afterMs).unref()
}

for (const child of children) {
  child.once('error', () => end(1))
  child.once('exit', (code) => {
    running -= 1
    end(code ?? 1)
    if (running === 0 && given === undefined) rmSync(stateDir, { recursive: true, force: true })
  })
}
process.on('SIGINT', () => end(0, PATIENCE_MS))
process.on('SIGTERM', () => end(0))
