import { expect, it } from 'vitest'
import { parseReleaseOptions, ReleaseUsageError } from '../../../tools/releases/options.ts'

it('makes everything unless told otherwise', () => {
  expect(parseReleaseOptions([])).toEqual({
    out: 'dist/release',
    kinds: ['script', 'tarball', 'image'],
    architectures: ['x86_64', 'arm64'],
    dryRun: false,
    useInstalled: false,
    prepare: undefined,
    help: false,
  })
})

it('makes what it is told', () => {
  const options = parseReleaseOptions(['--only=tarball,script', '--arch=arm64', '--out=/tmp/x', '--dry-run'])
  expect(options).toMatchObject({
    out: '/tmp/x',
    kinds: ['script', 'tarball'],
    architectures: ['arm64'],
    dryRun: true,
  })
})

it.each([
  [['--only=tarballs'], '--only=tarballs: "tarballs" is none of script, tarball, image'],
  [['--arch='], '"" is none of x86_64, arm64'],
  [['--fast'], '--fast'],
  [['--prepare=1.2'], '--prepare=1.2: expected a version like 1.2.3'],
  [['now'], 'now'],
])('refuses %j', (args, said) => {
  expect(() => parseReleaseOptions(args)).toThrow(ReleaseUsageError)
  expect(() => parseReleaseOptions(args)).toThrow(said)
})
