import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { hostIdentity } from '../../../src/probe/host/identity.ts'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

const tree = (files: Record<string, string>): string => {
  const root = mkdtempSync(join(tmpdir(), 'scope-identity-'))
  roots.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const digits = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
const machineId = '0123456789abcdef0123456789abcdef'
const bootId = '7fb9a1f0-6c1c-4b0e-9d5c-1d6a2a3b4c5d'
const identify = (files: Record<string, string>, env: Record<string, string> = {}) => {
  const root = tree(files)
  return hostIdentity({
    procRoot: root,
    env,
    machineIdPaths: [join(root, '1/root/etc/machine-id'), join(root, 'machine-id')],
  })
}

test('the machine id of init comes before the own one', () => {
  const files = {
    'sys/kernel/hostname': 'web-1\n',
    '1/root/etc/machine-id': `${machineId}\n`,
    'machine-id': 'f'.repeat(32),
  }
  expect(identify(files)).toEqual({ id: `web-1~${digits(machineId)}`, name: 'web-1' })
})

test('the chosen name is id and label', () => {
  expect(identify({ 'machine-id': machineId }, { SCOPE_HOSTNAME: ' db.example ' })).toEqual({
    id: 'db.example',
    name: 'db.example',
  })
})

test('a host name with characters that an id must not contain is the label, and no part of the id', () => {
  const files = { 'sys/kernel/hostname': 'a b;<c>\n', 'machine-id': machineId }
  expect(identify(files)).toEqual({ id: `a-b--c-~${digits(machineId)}`, name: 'a b;<c>' })
})

test.each(['a;b', 'a b', '<a>', 'a\u0007b', 'x'.repeat(254)])('refuses the chosen name %j', (name) => {
  expect(() => identify({}, { SCOPE_HOSTNAME: name })).toThrow(/SCOPE_HOSTNAME/)
})

test.each(['', 'uninitialized', machineId.toUpperCase()])(
  'takes the boot id when the machine id is %j',
  (text) => {
    const files = {
      'sys/kernel/hostname': 'n',
      'machine-id': text,
      'sys/kernel/random/boot_id': `${bootId}\n`,
    }
    expect(identify(files).id).toBe(`n~${digits(bootId)}`)
  },
)

test('rests on the host name when there is nothing else', () => {
  expect(identify({})).toEqual({ id: `${hostname()}~${digits(hostname())}`, name: hostname() })
})

test('is the same each time on this machine', () => {
  const source = { procRoot: '/proc', env: {} }
  expect(hostIdentity(source)).toEqual(hostIdentity(source))
  expect(hostIdentity(source).id).toMatch(/~[0-9a-f]{8}$/)
})
