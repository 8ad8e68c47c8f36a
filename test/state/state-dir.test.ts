import { execFile } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { replaceFile } from '../../src/state/create-once.ts'
import {
  appKey,
  clusterKey,
  defaultStateDir,
  ensureStateDir,
  probeKey,
  readAppPublicKey,
  StateError,
  token,
} from '../../src/state/state-dir.ts'

const run = promisify(execFile)
const moduleUrl = new URL('../../src/state/state-dir.ts', import.meta.url).href
let root: string
let dir: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scope-state-'))
  dir = join(root, 'a', 'state')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

describe('the state directory', () => {
  test('is made with mode 0700, its secrets with 0600, and they stay the same', async () => {
    const [key, identity, secret] = await Promise.all([clusterKey(dir), probeKey(dir), token(dir)])
    expect(key).toHaveLength(32)
    expect(identity.asymmetricKeyType).toBe('ed25519')
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(await modeOf(dir)).toBe(0o700)
    expect(await readdir(dir)).toEqual(['cluster.key', 'probe.key', 'token'])
    for (const file of await readdir(dir)) expect(await modeOf(join(dir, file))).toBe(0o600)
    expect(await clusterKey(dir)).toEqual(key)
    expect((await probeKey(dir)).equals(identity)).toBe(true)
    expect(await token(dir)).toBe(secret)
  })

  test('has the key of the app, and its public part beside it', async () => {
    expect(await readAppPublicKey(root)).toBeUndefined()
    const key = await appKey(dir)
    expect(key.asymmetricKeyType).toBe('ed25519')
    expect((await appKey(dir)).equals(key)).toBe(true)
    const text = createPublicKey(key).export({ format: 'jwk' }).x
    expect(await readAppPublicKey(dir)).toBe(text)
    expect(await modeOf(join(dir, 'app.key'))).toBe(0o600)
    await rm(join(dir, 'app.key'))
    const next = createPublicKey(await appKey(dir)).export({ format: 'jwk' }).x
    expect(next).not.toBe(text)
    expect(await readAppPublicKey(dir)).toBe(next)
  })

  test('gives one key to several processes that start at once', async () => {
    const script = `import { clusterKey } from '${moduleUrl}'; console.log((await clusterKey(process.argv[1])).toString('hex'))`
    const outputs = await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', script, dir])),
    )
    expect(new Set(outputs.map(({ stdout }) => stdout.trim())).size).toBe(1)
    expect(await readdir(dir)).toEqual(['cluster.key'])
  })

  // Docker makes the directory of a volume so.
  test.each(['755', '750', '705', '711'])('is closed when it is empty and has the mode %s', async (mode) => {
    await chmod(root, Number.parseInt(mode, 8))
    await ensureStateDir(root)
    expect(await modeOf(root)).toBe(0o700)
  })

  test('is closed at its standard place, also when it was used before', async () => {
    await writeFile(join(root, 'token'), 'x', { mode: 0o600 })
    await chmod(root, 0o755)
    await ensureStateDir(root, root)
    expect(await modeOf(root)).toBe(0o700)
  })

  test('stays passable for the group of the user whom the app runs as', async () => {
    await chmod(root, 0o710)
    await ensureStateDir(root, root)
    expect(await modeOf(root)).toBe(0o710)
    if (process.getuid?.() !== 0) return
    await chown(root, 0, 65_534)
    await chmod(root, 0o755)
    await ensureStateDir(root, root)
    expect(await modeOf(root)).toBe(0o710)
  })

  test('is left as it is where somebody keeps other things, too', async () => {
    await writeFile(join(root, 'notes'), 'x')
    await chmod(root, 0o755)
    await ensureStateDir(root)
    expect(await modeOf(root)).toBe(0o755)
  })

  test('is refused when others may write to it', async () => {
    await chmod(root, 0o777)
    await expect(clusterKey(root)).rejects.toThrow(/chmod 700/)
  })

  test.each([
    ['cluster.key', clusterKey, 'too short\n'],
    ['token', token, ''],
    ['probe.key', probeKey, 'no PEM'],
    ['app.key', appKey, 'no PEM'],
  ] as const)('says so when %s is broken, and does not replace it', async (file, read, content) => {
    await writeFile(join(root, file), content, { mode: 0o600 })
    await expect(read(root)).rejects.toThrow(StateError)
    await expect(read(root)).rejects.toThrow(/delete it to have a new one made/)
    expect(await readFile(join(root, file), 'utf8')).toBe(content)
  })

  test('does not use a secret that others may read', async () => {
    await token(root)
    await chmod(join(root, 'token'), 0o644)
    await expect(token(root)).rejects.toThrow(/other users may read/)
  })

  test('is named by SCOPE_STATE_DIR', () => {
    expect(defaultStateDir({ SCOPE_STATE_DIR: '/somewhere' })).toBe('/somewhere')
    expect(defaultStateDir({ SCOPE_STATE_DIR: '' })).toMatch(/^\/var\/lib\/scope$|\.local\/state\/scope$/)
  })
})

test('a file is replaced whole', async () => {
  const path = join(root, 'x.json')
  await replaceFile(path, 'one')
  await replaceFile(path, 'two')
  expect(await readFile(path, 'utf8')).toBe('two')
  expect(await modeOf(path)).toBe(0o600)
  expect(await readdir(root)).toEqual(['x.json'])
})
