import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { version } from '../../../src/version.ts'

const file = 'tools/deploy/compose.yaml'
const text = readFileSync(file, 'utf8')

const directory = mkdtempSync(join(tmpdir(), 'scope-compose-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** What is a matter of taste, not of the schema. */
const TASTE = ['service-keys-order', 'no-build-and-image']

/** What dclint, which checks by the schema of the Compose specification, says of a Compose file; empty when all is right. */
const lint = (content: string): Promise<string> => {
  const path = join(directory, 'compose.yaml')
  writeFileSync(path, content)
  const rules = TASTE.flatMap((rule) => ['--disable-rule', rule])
  return new Promise((resolve) => {
    execFile('node_modules/.bin/dclint', [path, ...rules, '--max-warnings', '0'], (error, stdout, stderr) => {
      resolve(error === null ? '' : `${stdout}${stderr}`)
    })
  })
}

describe('the Compose file', () => {
  it('is what the Compose specification asks for', async () => {
    expect(await lint(text)).toBe('')
  })

  it.each([
    ['a key that is misspelt', text.replace('cap_drop:', 'cap_dorp:'), 'must NOT have additional properties'],
    ['a value of another type', text.replace('cap_drop: [ALL]', 'cap_drop: ALL'), 'must be array'],
    ['a value that is twice', text.replace('- PERFMON', '- BPF'), 'must NOT have duplicate items'],
  ])('is refused with %s', async (_, changed, said) => {
    expect(await lint(changed)).toContain(said)
  })

  it('runs the image of this version', () => {
    const { services } = parse(text) as { services: { scope: { image: string } } }
    expect(services.scope.image).toBe(`\${SCOPE_IMAGE:-scope:${version}}`)
  })
})
