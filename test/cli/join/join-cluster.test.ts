import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { joinCluster } from '../../../src/cli/join/join-cluster.ts'
import { formatJoinToken } from '../../../src/cli/join/join-token.ts'
import { readJoinToken } from '../../../src/cli/join/read-join-token.ts'
import { CommandError } from '../../../src/cli/options/usage-error.ts'
import { createKnownApps } from '../../../src/probe/apps/known-apps.ts'
import { appKey, clusterKey } from '../../../src/state/state-dir.ts'

const token = { clusterKey: Buffer.alloc(32, 9), appKey: 'A'.repeat(43) }
const appUrls = ['http://one:4040', 'http://10.0.0.1:4040']
const nowMs = Date.parse('2026-05-01T12:00:00.123Z')

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scope-join-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const joinWith = (replace: boolean, given = token) =>
  joinCluster(dir, { token: given, replace, appUrls }, nowMs)

describe('joining', () => {
  it('gives a new machine the keys, in files that nobody else can read', async () => {
    expect(await joinWith(false)).toEqual({ keyChanged: true, oldKeyPath: undefined })
    expect(await clusterKey(dir)).toEqual(token.clusterKey)
    expect(readdirSync(dir).sort()).toEqual(['cluster.key', 'known-apps.json'])
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
    const known = readFileSync(join(dir, 'known-apps.json'), 'utf8')
    for (const target of ['one:4040', '10.0.0.1:4040', token.appKey, '2026-05-01'])
      expect(known).toContain(target)
    expect(await joinWith(false)).toEqual({ keyChanged: false, oldKeyPath: undefined })
  })

  it('changes nothing of a machine that has another key, unless it is asked to; then the old one is kept', async () => {
    const own = await clusterKey(dir)
    await appKey(dir)
    const files = readdirSync(dir)
    await expect(joinWith(false)).rejects.toThrow(CommandError)
    expect(readdirSync(dir)).toEqual(files)
    expect(await clusterKey(dir)).toEqual(own)

    const oldKeyPath = join(dir, 'cluster.key.old-2026-05-01T120000Z')
    expect(await joinWith(true)).toEqual({ keyChanged: true, oldKeyPath })
    expect(await clusterKey(dir)).toEqual(token.clusterKey)
    expect(readFileSync(oldKeyPath, 'utf8').trim()).toBe(own.toString('base64url'))
    expect(statSync(oldKeyPath).mode & 0o777).toBe(0o600)
  })

  it('takes a machine in that was only seen until now, also by the app that it joins', async () => {
    const own = await clusterKey(dir)
    const known = createKnownApps(dir)
    const app = { key: token.appKey, since: '2026-04-01' }
    await known.add('one:4040', { ...app, unproven: true })
    const { oldKeyPath } = await joinWith(false)
    expect(readFileSync(oldKeyPath ?? '', 'utf8').trim()).toBe(own.toString('base64url'))
    expect(await clusterKey(dir)).toEqual(token.clusterKey)
    const other = joinWith(false, { ...token, clusterKey: Buffer.alloc(32, 8) })
    await expect(other).rejects.toThrow(/another cluster key already/)
  })

  it('changes nothing of a machine that knows another app there', async () => {
    await joinWith(false)
    const other = { ...token, appKey: `${'A'.repeat(42)}E` }
    const before = readFileSync(join(dir, 'known-apps.json'), 'utf8')
    await expect(joinWith(false, other)).rejects.toThrow(/another app has been known at one:4040/)
    expect(readFileSync(join(dir, 'known-apps.json'), 'utf8')).toBe(before)
    expect(await joinWith(true, other)).toEqual({ keyChanged: false, oldKeyPath: undefined })
    expect(readFileSync(join(dir, 'known-apps.json'), 'utf8')).not.toContain(token.appKey)
  })
})

describe('where a join token is read from', () => {
  const nobody = { input: new PassThrough(), output: new PassThrough() }
  const piped = (...chunks: string[]) => {
    const input = new PassThrough()
    for (const chunk of chunks) input.write(chunk)
    input.end()
    return { input, output: new PassThrough() }
  }
  const text = formatJoinToken(token)

  it('is a pipe, whole or in pieces', async () => {
    expect(await readJoinToken('-', piped(text.slice(0, 50), text.slice(50)))).toEqual(token)
    await expect(readJoinToken('-', piped())).rejects.toThrow('no join token was given')
    await expect(readJoinToken('-', piped('x'.repeat(20_000)))).rejects.toThrow('standard input holds more')
  })

  it('is a file that nobody else may read', async () => {
    const path = join(dir, 'token')
    writeFileSync(path, `${text}\n`, { mode: 0o600 })
    expect(await readJoinToken(path, nobody)).toEqual(token)
    chmodSync(path, 0o644)
    await expect(readJoinToken(path, nobody)).rejects.toThrow(`run "chmod 600 ${path}"`)
    await expect(readJoinToken(join(dir, 'none'), nobody)).rejects.toThrow(CommandError)
  })

  it('is a terminal, which does not show it', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true as const })
    const output = new PassThrough()
    const reading = readJoinToken('-', { input, output })
    input.write(`${text}\r`)
    expect(await reading).toEqual(token)
    expect(String(output.read())).toBe('Join token (it is not shown): \n')
  })
})
