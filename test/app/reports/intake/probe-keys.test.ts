import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { ProbeKeys } from '../../../../src/app/reports/intake/probe-keys.ts'
import { publicKeyText } from '../../../../src/report/proof/ed25519.ts'

const probes = Array.from({ length: 3 }, () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { text: publicKeyText(privateKey), key: createPublicKey(privateKey) }
})

it('reads the key of each probe, and again the same one while it is kept', () => {
  const keys = new ProbeKeys(2)
  const [first, second, third] = probes.map(({ text }) => text) as [string, string, string]
  for (const { text, key } of probes) expect(keys.from(text)?.equals(key)).toBe(true)
  const kept = keys.from(second)
  expect(keys.from(second)).toBe(kept)
  const other = keys.from(third)
  expect(keys.from(third)).toBe(other)
  keys.from(first)
  expect(keys.from(third)).toBe(other)
  expect(keys.from(second)).not.toBe(kept)
})

it('reads nothing else', () => {
  const keys = new ProbeKeys(2)
  const [{ text = '' } = {}] = probes
  keys.from(text)
  for (const other of ['', 'x', `${text}=`, text.slice(1)]) expect(keys.from(other)).toBeUndefined()
})
