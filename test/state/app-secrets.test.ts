import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { formatAppSecrets, parseAppSecrets, readAppSecrets } from '../../src/state/app-secrets.ts'
import { appKey, clusterKey, StateError, token } from '../../src/state/state-dir.ts'

it('the secrets that are handed over are those of the state directory', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-secrets-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const secrets = await readAppSecrets(dir)
  const { clusterKey: cluster, appKey: own, token: bearer } = parseAppSecrets(formatAppSecrets(secrets))
  expect(cluster).toEqual(await clusterKey(dir))
  expect(own.equals(await appKey(dir))).toBe(true)
  expect(bearer).toBe(await token(dir))
})

it.each([
  '',
  'null',
  '{',
  '[]',
  '"text"',
  '{"clusterKey":"a","appKey":"b"}',
  '{"clusterKey":"a","appKey":"no PEM","token":"c"}',
])('what was handed over is refused: %s', (text) => {
  expect(() => parseAppSecrets(text)).toThrow(StateError)
})
