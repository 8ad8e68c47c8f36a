import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../../src/audit/audit-log.ts'
import { forgetApp } from '../../../src/cli/forget-app.ts'
import { createLogger } from '../../../src/log/log.ts'
import { type AppTarget, createAppKeys } from '../../../src/probe/apps/app-keys.ts'
import { type ExpectedKeys, judgeAppKey } from '../../../src/probe/apps/judge-app-key.ts'
import { createKnownApps, MAX_KNOWN_NAMES } from '../../../src/probe/apps/known-apps.ts'
import { KnownAppsError } from '../../../src/probe/apps/known-apps-error.ts'
import { targetOf } from '../../../src/probe/apps/targets.ts'
import { publicKeyText } from '../../../src/report/proof/ed25519.ts'
import { isOwnAddress } from '../../../src/sockets/own-address.ts'
import { appKey } from '../../../src/state/state-dir.ts'

const newKey = () => publicKeyText(generateKeyPairSync('ed25519').privateKey)
const [one, two] = [newKey(), newKey()]
const three = newKey()
const name = 'app.example:4040'
const at = (address: string, isNew = false) => ({
  url: 'http://app.example:4040',
  address,
  origin: 'named' as const,
  isNew,
})
const elsewhere = at('192.0.2.5')
const shows = (key: string | undefined) => ({ key, holdsClusterKey: true })

describe('the judgement on an app', () => {
  const option: ExpectedKeys = { from: 'option', keys: [one, three] }
  const own: ExpectedKeys = { from: 'own', keys: [one] }
  const met = (addresses: string[] | undefined, isOfFirstAnswer = false): ExpectedKeys => ({
    from: 'met',
    apps: [{ key: one, since: '2026-05-01', addresses }],
    isOfFirstAnswer,
  })
  const here = met(['192.0.2.5', '192.0.2.6'])
  const there = met(['192.0.2.6'])
  test.each<[string, ExpectedKeys | undefined, string | undefined, string, string]>([
    ['no key is known, and it has one', undefined, one, 'met', ''],
    ['no key is known, and it has none', undefined, undefined, 'reports_only', 'no key of its own'],
    ['it has a key given by option', option, three, 'known', ''],
    ['it has the key of this machine’s app', own, one, 'known', ''],
    ['it has the key that it had before', here, one, 'known', ''],
    ['it has the key of an app of that name, at another address', there, one, 'known', ''],
    ['it has no key given by option', option, two, 'app_key_changed', 'correct --app-key'],
    ['it is not this machine’s app', own, two, 'app_key_changed', `--app-key=${name}=${two}`],
    ['its key has changed', here, two, 'app_key_changed', `scope forget-app ${name}`],
    ['its key has changed, wherever it is', met(undefined), two, 'app_key_changed', 'forget-app'],
    ['it has no key any more', here, undefined, 'app_key_missing', `scope forget-app ${name}`],
    ['it lacks this machine’s key', own, undefined, 'app_key_missing', 'another program'],
    ['it is new, with the first answer', met(['192.0.2.6'], true), two, 'met', ''],
    [
      'it is new, later',
      there,
      two,
      'reports_only',
      `orders are not taken; to take them, name the keys of all: --app-key=${name}=${one} --app-key=${name}=${two}`,
    ],
    ['it is new and has no key', there, undefined, 'reports_only', 'no key of its own'],
  ])('%s', (_what, expected, shown, kind, words) => {
    const judgement = judgeAppKey({ name, address: '192.0.2.5' }, expected, shown)
    if (judgement.kind !== 'refused') {
      expect(judgement.kind).toBe(kind)
      return expect('reason' in judgement ? judgement.reason : '').toContain(words)
    }
    expect(judgement.code).toBe(kind)
    expect(judgement.reason).toContain(words)
    expect(judgement.reason).toContain('gets no reports and gives no orders')
    expect(judgement.reason).toContain(one)
    if (shown !== undefined) expect(judgement.reason).toContain(shown)
  })
})

test.each([
  ['http://10.0.0.5:4040', '10.0.0.5:4040'],
  ['http://app.example:80', 'app.example:80'],
  ['https://app.example', 'app.example:443'],
  ['http://[::1]:4040', '[::1]:4040'],
  ['http://localhost:4040', 'localhost:4040'],
])('%s is known as %s', (url, target) => {
  expect(targetOf(url)).toBe(target)
})

test('each address of an interface is of this machine, and loopback', () => {
  const all = () =>
    Object.values(networkInterfaces()).flatMap((interfaces) =>
      (interfaces ?? []).map(({ address }) => address),
    )
  const told = all().map((address) => ({ address, isOwn: isOwnAddress(address) }))
  // Those of containers come and go: whatever has gone meanwhile may have been nobody's when it was asked about.
  const still = new Set(all())
  const stayed = told.filter(({ address }) => still.has(address))
  expect(stayed.length).toBeGreaterThan(0)
  expect(stayed.filter(({ isOwn }) => !isOwn)).toEqual([])
  for (const address of ['127.9.9.9', '::1']) expect(isOwnAddress(address), address).toBe(true)
  for (const address of ['192.0.2.5', '2001:db8::5']) expect(isOwnAddress(address), address).toBe(false)
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
const keysOf = (named: Record<string, string[]> = {}) => appKeysOf({ named: new Map(Object.entries(named)) })
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
    expect(await keysOf()(elsewhere)(shows(one))).toEqual({ kind: 'trusted' })
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      [name]: [{ key: one, since: '2026-05-01', addresses: ['192.0.2.5'] }],
    })
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(lines.join()).toContain('met for the first time')
    expect(await keysOf()(elsewhere)(shows(one))).toEqual({ kind: 'trusted' })
    const refused = await keysOf()(elsewhere)(shows(two))
    expect(refused).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(audited).toEqual([
      {
        ...{ who: '', from: elsewhere.url, action: 'refused', target: 'app key', result: 'refused' },
        reason: 'reason' in refused && refused.reason,
      },
    ])
    expect(await keysOf()({ ...elsewhere, url: 'http://other.example:4040' })(shows(two))).toEqual({
      kind: 'trusted',
    })
  })

  test('takes the new key of an app once the old one is forgotten, without a restart', async () => {
    const trust = keysOf()(elsewhere)
    await trust(shows(one))
    expect(await trust(shows(two))).toMatchObject({ kind: 'refused' })
    expect(await forgetApp(dir, ['app.example'])).toContain('app.example:4040 is forgotten')
    expect(await trust(shows(two))).toEqual({ kind: 'trusted' })
    expect(await trust(shows(one))).toMatchObject({ kind: 'refused' })
  })

  test('takes no orders from an app without a key, and gets to know it when it has one', async () => {
    const trust = keysOf()(elsewhere)
    expect(await trust(shows(undefined))).toMatchObject({ kind: 'reports_only' })
    expect(await trust(shows(one))).toEqual({ kind: 'trusted' })
    expect(await trust(shows(undefined))).toMatchObject({ kind: 'refused', code: 'app_key_missing' })
  })

  test('knows the app of its own state directory, at addresses of this machine', async () => {
    const own = publicKeyText(await appKey(dir))
    for (const address of ['127.0.0.1', '127.0.1.1', '::1']) {
      const url = at(address)
      expect(await keysOf()(url)(shows(own))).toEqual({ kind: 'trusted' })
      expect(await keysOf()(url)(shows(one))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
      expect(await keysOf()(url)(shows(undefined))).toMatchObject({
        kind: 'refused',
        code: 'app_key_missing',
      })
    }
    expect(await keysOf()(elsewhere)(shows(one))).toEqual({ kind: 'trusted' })
    await expect(stat(file())).resolves.toBeDefined()
  })

  test('goes by the key that it was given, first of all', async () => {
    await appKey(dir)
    const keys = keysOf({ '127.0.0.1:4040': [one], [name]: [two, three] })
    expect(await keys({ ...at('127.0.0.1'), url: 'http://127.0.0.1:4040' })(shows(one))).toEqual({
      kind: 'trusted',
    })
    expect(await keys(elsewhere)(shows(one))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(await keys(elsewhere)(shows(undefined))).toMatchObject({
      kind: 'refused',
      code: 'app_key_missing',
    })
    for (const key of [two, three]) expect(await keys(elsewhere)(shows(key))).toEqual({ kind: 'trusted' })
  })

  test('meets each app of the first answer for a name, and takes no orders from one that appears later', async () => {
    const keys = keysOf()
    expect(await keys(at('192.0.2.5'))(shows(one))).toEqual({ kind: 'trusted' })
    expect(await keys(at('192.0.2.6'))(shows(two))).toEqual({ kind: 'trusted' })
    expect(await keys(at('192.0.2.7', true))(shows(three))).toMatchObject({
      kind: 'reports_only',
      reason: expect.stringContaining(`--app-key=${name}=${three}`),
    })
    // An app that moves is known by its key, and what answers at its old address is not.
    expect(await keys(at('192.0.2.8', true))(shows(one))).toEqual({ kind: 'trusted' })
    expect(await keys(at('192.0.2.8', true))(shows(three))).toMatchObject({ kind: 'refused' })
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      [name]: [
        { key: one, since: '2026-05-01', addresses: ['192.0.2.8', '192.0.2.5'] },
        { key: two, since: '2026-05-01', addresses: ['192.0.2.6'] },
      ],
    })
    expect(await forgetApp(dir, ['app.example'])).toContain('the keys of all 2 apps under app.example:4040')
    expect(await keys(at('192.0.2.7', true))(shows(three))).toEqual({ kind: 'trusted' })
  })

  test('knows after a restart what it has met, and meets nobody else under that name', async () => {
    await keysOf()(at('192.0.2.5'))(shows(one))
    const keys = keysOf()
    expect(await keys(at('192.0.2.5'))(shows(one))).toEqual({ kind: 'trusted' })
    expect(await keys(at('192.0.2.6'))(shows(two))).toMatchObject({ kind: 'reports_only' })
  })

  test('reads a file of one key a name, which holds at each of its addresses', async () => {
    await writeFile(file(), JSON.stringify({ [name]: { key: one, since: '2026-04-01' } }))
    const keys = keysOf()
    expect(await keys(elsewhere)(shows(one))).toEqual({ kind: 'trusted' })
    expect(await keys(at('192.0.2.6'))(shows(two))).toMatchObject({
      kind: 'refused',
      code: 'app_key_changed',
    })
  })

  test.each(['{', '[]', '{"a:1":{"key":"x","since":"2026-05-01"}}'])(
    'gets to know nobody anew when its file says %s',
    async (text) => {
      await writeFile(file(), text)
      expect(await keysOf()(elsewhere)(shows(one))).toMatchObject({
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
      [name]: [{ key: one, since: '2026-05-01', addresses: ['192.0.2.5'], unproven: true }],
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

  test.each<[string, Parameters<typeof appKeysOf>[0], AppTarget, AppTarget['origin']]>([
    ['it was found on the network', {}, elsewhere, 'discovered'],
    ['it is on this machine', {}, at('127.0.0.1'), 'named'],
    ['the cluster key is required', { requiresClusterKey: true }, elsewhere, 'named'],
    ['the cluster key is required of a service, too', { requiresClusterKey: true }, elsewhere, 'service'],
  ])('gets nothing when %s', async (_why, more, target, origin) => {
    expect(await appKeysOf(more)({ ...target, origin })(shown(one))).toMatchObject({
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
    const trust = appKeysOf({ named: new Map([[name, [two]]]) })(elsewhere)
    expect(await trust(shown(one))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
    expect(await trust(shown(two))).toMatchObject({ kind: 'reports_only' })
    expect(await trust({ key: one, holdsClusterKey: true })).toMatchObject({ kind: 'refused' })
  })

  test('gets reports at each address of the first answer, and at none that appears later', async () => {
    const keys = appKeysOf()
    expect(await keys(at('192.0.2.5'))(shown(one))).toMatchObject({ kind: 'reports_only' })
    expect(await keys(at('192.0.2.6'))(shown(two))).toMatchObject({ kind: 'reports_only' })
    expect(await keys(at('192.0.2.7', true))(shown(three))).toMatchObject({ kind: 'refused' })
    // Later all of them hold it; what took the place of the second has its own key.
    const later = appKeysOf()
    expect(await later(at('192.0.2.5'))(shows(one))).toEqual({ kind: 'trusted' })
    expect(await later(at('192.0.2.6'))(shows(three))).toEqual({ kind: 'trusted' })
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      [name]: [
        { key: one, since: '2026-05-01', addresses: ['192.0.2.5'] },
        { key: three, since: '2026-05-01', addresses: ['192.0.2.6'] },
      ],
    })
  })
})

describe('the keys of apps that were met', () => {
  test('are all kept when several are met at once', async () => {
    const known = createKnownApps(dir)
    const targets = Array.from({ length: 20 }, (_, i) => `app${i}:4040`)
    await Promise.all(targets.map((target) => known.add(target, { key: one, since: '2026-05-01' })))
    expect(Object.keys(JSON.parse(await readFile(file(), 'utf8')))).toHaveLength(20)
  })

  test('can be replaced by one', async () => {
    const known = createKnownApps(dir)
    for (const key of [one, two])
      await known.add(name, { key, since: '2026-05-01', addresses: ['192.0.2.5'] })
    await known.replace(name, { key: three, since: '2026-05-02' })
    expect(await known.find(name)).toEqual([{ key: three, since: '2026-05-02' }])
    expect(await known.find('other:4040')).toEqual([])
  })

  test('are bounded: one more is kept until the probe ends, and counts as long', async () => {
    const full = Array.from({ length: MAX_KNOWN_NAMES }, (_, i) => [
      `app${i}:1`,
      { key: one, since: '2026-05-01' },
    ])
    await writeFile(file(), JSON.stringify(Object.fromEntries(full)))
    const trust = keysOf()(elsewhere)
    expect(await trust(shows(one))).toEqual({ kind: 'trusted' })
    expect(lines.join()).toContain('only until this probe ends')
    expect(await trust(shows(two))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
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

describe('an app that nobody has asked for', () => {
  const found: AppTarget = {
    ...{ url: 'http://scope.weave.local:4040', address: '10.32.0.2', origin: 'discovered', isUnasked: true },
  }
  const unknown = { kind: 'reports_only', reason: expect.stringContaining('anybody can add an app') }

  test('gives no orders, and is not remembered', async () => {
    const trust = appKeysOf()(found)
    expect(await trust(shows(one))).toMatchObject(unknown)
    // Its address may be that of another later.
    expect(await trust(shows(two))).toMatchObject(unknown)
    expect(await trust(shows(undefined))).toMatchObject({ kind: 'reports_only' })
    await expect(stat(file())).rejects.toThrow('ENOENT')
  })

  test('gets nothing without the cluster key', async () => {
    const shown = { key: one, holdsClusterKey: false }
    expect(await appKeysOf()(found)(shown)).toMatchObject({ kind: 'refused', code: 'unproven' })
  })

  test('gives orders when its key is known: as an app that was told of, or given by option', async () => {
    const trustFor = appKeysOf()
    expect(await trustFor(elsewhere)(shows(one))).toEqual({ kind: 'trusted' })
    expect(await trustFor(found)(shows(one))).toEqual({ kind: 'trusted' })
    expect(await trustFor(found)(shows(two))).toMatchObject(unknown)
    const given = appKeysOf({ named: new Map([['other.example:4040', [three]]]) })
    expect(await given(found)(shows(three))).toEqual({ kind: 'trusted' })
  })

  test('gives none when its key is known of an app that has not proved the cluster key', async () => {
    const trustFor = appKeysOf()
    expect(await trustFor(elsewhere)({ key: one, holdsClusterKey: false })).toMatchObject({
      kind: 'reports_only',
    })
    expect(await trustFor(found)(shows(one))).toMatchObject(unknown)
  })

  test('must have a key that was given for its name', async () => {
    const trust = appKeysOf({ named: new Map([['scope.weave.local:4040', [one]]]) })(found)
    expect(await trust(shows(one))).toEqual({ kind: 'trusted' })
    expect(await trust(shows(two))).toMatchObject({ kind: 'refused', code: 'app_key_changed' })
  })

  test('gets nothing when the keys of apps cannot be read', async () => {
    await writeFile(file(), 'no JSON')
    expect(await appKeysOf()(found)(shows(one))).toMatchObject({
      kind: 'refused',
      code: 'known_apps_unusable',
    })
  })
})
