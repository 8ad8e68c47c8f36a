import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

/** What `tools/node` prints, with `--version` the version that it takes, where the machine's own Node has this version. */
const chosenBeside = (version: string, ...args: readonly string[]): string => {
  const directory = mkdtempSync(join(tmpdir(), 'scope-node-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 })
  const env = { ...process.env, PATH: `${directory}:/usr/bin:/bin` }
  return execFileSync('tools/node', args.length > 0 ? args : ['--version'], { env, encoding: 'utf8' }).trim()
}

it.each(['v24.15.0', 'v24.99.1', 'v25.0.0', 'v100.1.0'])(
  "takes the machine's own Node when it is %s",
  (version) => {
    expect(chosenBeside(version)).toBe(version)
  },
)

it.each(['v8.17.0', 'v23.99.0', 'v24.0.0', 'v24.14.9', 'nonsense'])(
  'takes the one of the packages beside %s',
  (version) => {
    expect(chosenBeside(version)).not.toBe(version)
    expect(chosenBeside(version)).toMatch(/^v2[4-9]\./)
  },
)

it('tells where the one is that it takes', () => {
  expect(chosenBeside('v100.1.0', '--where')).toMatch(/\/scope-node-\w+\/node$/)
  const brought = chosenBeside('v8.17.0', '--where')
  expect(execFileSync(brought, ['--version'], { encoding: 'utf8' })).toMatch(/^v2[4-9]\./)
  expect(execFileSync('tools/node', ['-p', 'process.argv[1]', '--', '--where'], { encoding: 'utf8' })).toBe(
    '--where\n',
  )
})
