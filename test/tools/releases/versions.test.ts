import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { version } from '../../../src/version.ts'
import { prepareVersion } from '../../../tools/releases/prepare.ts'
import { statedVersion, versionedFiles } from '../../../tools/releases/versions.ts'

const read = (root: string, file: string) => readFileSync(join(root, file), 'utf8')

it.each(versionedFiles)('%s has the version of package.json', (file) => {
  expect(statedVersion(file, read('.', file))).toEqual({ file, version })
})

it('tells no version of a file that has none, or several', () => {
  expect(statedVersion('scope', '#!/bin/sh\n').version).toBeUndefined()
  expect(statedVersion('scope', 'version=1.0.0\nversion=2.0.0\n').version).toBeUndefined()
  expect(statedVersion('scope', 'version=1.0.0\nversion=1.0.0\n').version).toBe('1.0.0')
})

it('writes a version everywhere, and once into the changelog', async () => {
  const root = mkdtempSync(join(tmpdir(), 'scope-prepare-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const file of ['package.json', 'CHANGELOG.md', ...versionedFiles]) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    cpSync(file, join(root, file))
  }
  const files = await prepareVersion(root, '12.3.4', '2026-01-31')
  expect(files).toEqual(['CHANGELOG.md', 'package.json', ...versionedFiles])
  for (const file of versionedFiles)
    expect(statedVersion(file, read(root, file))).toEqual({ file, version: '12.3.4' })
  expect(JSON.parse(read(root, 'package.json'))).toMatchObject({ version: '12.3.4' })
  const lock = JSON.parse(read(root, 'package-lock.json')) as {
    packages: Record<string, { version: string }>
  }
  expect(lock).toMatchObject({ version: '12.3.4', packages: { '': { version: '12.3.4' } } })
  expect(lock.packages['node_modules/zod']).toEqual(
    (JSON.parse(read('.', 'package-lock.json')) as typeof lock).packages['node_modules/zod'],
  )
  expect(read(root, 'CHANGELOG.md')).toMatch(/^## Unreleased\n\n## 12\.3\.4 - 2026-01-31\n/m)
  await expect(prepareVersion(root, '12.3.4', '2026-01-31')).rejects.toThrow('already')
})
