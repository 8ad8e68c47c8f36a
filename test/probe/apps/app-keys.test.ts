import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../../src/audit/audit-log.ts'
import { forgetApp } from '../../../src/cli/forget-app.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createAppKeys } from '../../../src/probe/apps/app-keys.ts'
import { type ExpectedKey, judgeAppKey } from '../../../src/probe/apps/judge-app-key.ts'
import { createKnownApps, KnownAppsError, MAX_KNOWN_APPS } from '../../../src/probe/apps/known-apps.ts'
import { isThisMachine, targetOf } from '../../../src/probe/apps/targets.ts'
import { publicKeyText } from '../../../src/report/proof/ed25519.ts'
import { appKey } from '../../../src/state/state-dir.ts'

const newKey = () => publicKeyText(generateKeyPairSync('ed25519').privateKey)
const [one, two] = [newKey(), newKey()]
const elsewhere = 'http://app.example:4040'

describe('the judgement on an app', () => {
  const from = (source: ExpectedKey['from']): ExpectedKey => ({ key: one, from: source, since: '2026-05-01' })
  test.each<[string, ExpectedKey | undefined, string | undefined, string, string]>([
    ['no key is known, and it has one', undefined, one, 'met', ''],
    ['no key is known, and it has none', undefined, undefined, 'keyless', ''],
    ['it has the key given by option', from('option'), one, 'known', ''],
    ['it has the key of this machine’s app', from('own'), one, 'known', ''],
    ['it has the key that it had before', from('met'), one, 'known', ''],
    ['it has not the key given by option', from('option'), two, 'app_key_changed', 'correct --app-key'],
    [
      'it is not this machine’s app',
      from('own'),
      two,
      'app_key_changed',
      `--app-key=app.example:4040=${two}`,
    ],
    ['its key has changed', from('met'), two, 'app_key_changed', 'scope forget-app app.example:4040'],
    [
      'it has no key any more',
      from('met'),
      undefined,
      'app_key_missing',
      'scope forget-app app.example:4040',
    ],
    ['it lacks this machine’s key', from('own'), undefined, 'app_key_missing', 'another program'],
  ])('%s', (_what, expected, shown, kind, remedy) => {
    const judgement = judgeAppKey('app.example:4040', expected, shown)
    if (judgement.kind !== 'refused') return expect(judgement.kind).toBe(kind)
    expect(judgement.code).toBe(kind)
    expect(judgement.reason).toContain(remedy)
    expect(judgement.reason).toContain('gets no reports and gives no orders')
    expect(judgement.reason).toContain(one)
    if (shown !== undefined) expect(judgement.reason).toContain(shown)
  })
})

test.each([
  ['http://10.0.0.5:4040', '10.0.0.5:4040', false],
  ['http://app.example:80', 'app.example:80', false],
  ['https://app.example', 'app.example:443', false],
  ['http://[::1]:4040', '[::1]:4040', true],
  ['http://127.9.9.9:1', '127.9.9.9:1', true],
  ['http://localhost:4040', 'localhost:4040', true],
  [`http://${hostname()}:4040`, `${hostname().toLowerCase()}:4040`, true],
])('%s is known as %s', (url, target, isHere) => {
  expect(targetOf(url)).toBe(target)
  expect(isThisMachine(url)).toBe(isHere)
})

test('each address of an interface is of this machine', () => {
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((all) => all ?? []))
    if (!address.startsWith('fe80')) {
      const host = family === 'IPv6' ? `[${address}]` : address
      expect(isThisMachine(`http://${host}:4040`), address).toBe(true)
    }
})

let dir: string
let lines: string[]
let audited: AuditRecord[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scope-keys-'))
  lines = []
  audited = []
})
afterEach(() => rm(dir, { recursive: true, force: true }))
const file = () => join(dir, 'known-apps.json')
/** The trust in apps that hold the cluster key, by URL. */
const keysOf = (named: Record<string, string> = {}) => {
  const keys = appKeysOf({ named: new Map(Object.entries(named)) })
  return (url: string) => {
    const trust = keys(url)
    return (key: string | undefined) => trust({ key, holdsClusterKey: true })
  }
}
const appKeysOf = (more: Partial<Parameters<typeof createAppKeys>[0]> = {}) =>
  createAppKeys({
    stateDir: dir,
    named: new Map(),
    nowMs: () => Date.parse('2026-05-01T12:00:00Z'),
    log: createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) }),
    audit: { record: (entry) => audited.push(entry) },
    ...more,
  })

describe('a probe', () => {
  test('keeps to the key that an app elsewhere proved first, also after a restart', async () => {
    expect(await keysOf()(elsewhere)(one)).toEqual({ kind: 'trusted' })
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      'app.example:4040': { key: one, since: '2026-05-01' },
    })
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(lines.join()).toContain('met for the first time')
    expect(await keysOf()(elsewhere)(one)).toEqual({ kind: 'trusted' })
    const refused = await keysOf()(elsewhere)(two)
    expect(refused).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(audited).toEqual([
      {
        ...{ who: '', from: elsewhere, action: 'refused', target: 'app key', result: 'refused' },
        reason: 'reason' in refused && refused.reason,
      },
    ])
    expect(await keysOf()('http://other.example:4040')(two)).toEqual({ kind: 'trusted' })
  })

  test('takes the new key of an app once the old one is forgotten, without a restart', async () => {
    const trust = keysOf()(elsewhere)
    await trust(one)
    expect(await trust(two)).toMatchObject({ kind: 'refused' })
    expect(await forgetApp(dir, ['app.example'])).toContain('app.example:4040 is forgotten')
    expect(await trust(two)).toEqual({ kind: 'trusted' })
    expect(await trust(one)).toMatchObject({ kind: 'refused' })
  })

  test('takes no orders from an app without a key, and gets to know it when it has one', async () => {
    const trust = keysOf()(elsewhere)
    expect(await trust(undefined)).toMatchObject({ kind: 'reports_only' })
    expect(await trust(one)).toEqual({ kind: 'trusted' })
    expect(await trust(undefined)).toMatchObject({ kind: 'refused', code: 'app_key_missing' })
  })

  test('knows the app of its own state directory, at addresses of this machine', async () => {
    const own = publicKeyText(await appKey(dir))
    for (const url of ['http://127.0.0.1:4040', 'http://localhost:4040', 'http://[::1]:9']) {
      expect(await keysOf()(url)(own)).toEqual({ kind: 'trusted' })
      expect(await keysOf()(url)(one)).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
      expect(await keysOf()(url)(undefined)).toMatchObject({ kind: 'refused', code: 'app_key_missing' })
    }
    expect(await keysOf()(elsewhere)(one)).toEqual({ kind: 'trusted' })
    await expect(stat(file())).resolves.toBeDefined()
  })

  test('goes by the key that it was given, first of all', async () => {
    await appKey(dir)
    const keys = keysOf({ '127.0.0.1:4040': one, 'app.example:4040': two })
    expect(await keys('http://127.0.0.1:4040')(one)).toEqual({ kind: 'trusted' })
    expect(await keys(elsewhere)(one)).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(await keys(elsewhere)(undefined)).toMatchObject({ kind: 'refused', code: 'app_key_missing' })
    expect(await keys(elsewhere)(two)).toEqual({ kind: 'trusted' })
  })

  test.each(['{', '[]', '{"a:1":{"key":"x","since":"2026-05-01"}}'])(
    'gets to know nobody anew when its file says %s',
    async (text) => {
      await writeFile(file(), text)
      expect(await keysOf()(elsewhere)(one)).toMatchObject({
        kind: 'refused',
        code: 'known_apps_unusable',
        reason: expect.stringContaining('known-apps.json'),
      })
      expect(await readFile(file(), 'utf8')).toBe(text)
      await expect(forgetApp(dir, ['app.example'])).rejects.toThrow(KnownAppsError)
    },
  )
})

describe('an app that holds another cluster key', () => {
  const shown = (key: string | undefined) => ({ key, holdsClusterKey: false })

  test('gets reports where it was named, keeps to its key, and gives no orders', async () => {
    const trust = appKeysOf()(elsewhere)
    expect(await trust(shown(one))).toMatchObject({ kind: 'reports_only' })
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      'app.example:4040': { key: one, since: '2026-05-01', unproven: true },
    })
    expect(await trust(shown(one))).toMatchObject({ kind: 'reports_only' })
    expect(await trust(shown(two))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(audited).toHaveLength(1)
  })

  test('gets nothing when it proves no key at all', async () => {
    expect(await appKeysOf()(elsewhere)(shown(undefined))).toMatchObject({
      kind: 'refused',
      code: 'unproven',
    })
  })

  test.each<[string, Parameters<typeof appKeysOf>[0], string, Parameters<ReturnType<typeof appKeysOf>>[1]]>([
    ['it was found on the network', {}, elsewhere, 'discovered'],
    ['it is on this machine', {}, 'http://127.0.0.1:4040', 'named'],
    ['the cluster key is required', { requiresClusterKey: true }, elsewhere, 'named'],
    ['the cluster key is required of a service, too', { requiresClusterKey: true }, elsewhere, 'service'],
  ])('gets nothing when %s', async (_why, more, url, origin) => {
    expect(await appKeysOf(more)(url, origin)(shown(one))).toMatchObject({
      kind: 'refused',
      code: 'unproven',
    })
    await expect(stat(file())).rejects.toThrow('ENOENT')
  })

  test('does not take the place of one that held it, and makes way for one that does', async () => {
    const trust = appKeysOf()(elsewhere)
    expect(await trust(shown(one))).toMatchObject({ kind: 'reports_only' })
    expect(await trust({ key: two, holdsClusterKey: true })).toEqual({ kind: 'trusted' })
    expect(await trust(shown(one))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(await trust({ key: one, holdsClusterKey: true })).toMatchObject({ kind: 'refused' })
    expect(await trust(shown(two))).toMatchObject({ kind: 'reports_only' })
    expect(await trust({ key: two, holdsClusterKey: true })).toEqual({ kind: 'trusted' })
  })

  test('must prove the key that was given for it', async () => {
    const trust = appKeysOf({ named: new Map([['app.example:4040', two]]) })(elsewhere)
    expect(await trust(shown(one))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(await trust(shown(two))).toMatchObject({ kind: 'reports_only' })
    expect(await trust({ key: one, holdsClusterKey: true })).toMatchObject({ kind: 'refused' })
  })
})

describe('the keys of apps that were met', () => {
  test('are all kept when several are met at once', async () => {
    const known = createKnownApps(dir)
    const targets = Array.from({ length: 20 }, (_, i) => `app${i}:4040`)
    await Promise.all(targets.map((target) => known.add(target, { key: one, since: '2026-05-01' })))
    expect(Object.keys(JSON.parse(await readFile(file(), 'utf8')))).toHaveLength(20)
  })

  test('are bounded: one more is kept until the probe ends, and counts as long', async () => {
    const full = Array.from({ length: MAX_KNOWN_APPS }, (_, i) => [
      `app${i}:1`,
      { key: one, since: '2026-05-01' },
    ])
    await writeFile(file(), JSON.stringify(Object.fromEntries(full)))
    const trust = keysOf()(elsewhere)
    expect(await trust(one)).toEqual({ kind: 'trusted' })
    expect(lines.join()).toContain('only until this probe ends')
    expect(await trust(two)).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
  })

  test.each([
    [[], 'takes one HOST'],
    [['a', 'b'], 'takes one HOST'],
    [['a b'], 'HOST or HOST:PORT'],
    [['nobody.example'], 'no key of nobody.example:4040 is known'],
  ])('scope forget-app %j says what is wrong', async (args, message) => {
    await expect(forgetApp(dir, args)).rejects.toThrow(message)
  })
})
