import { describe, expect, it } from 'vitest'
import { platformsIn } from '../../../tools/releases/make-image.ts'
import { architectures, type Builders, kinds, planRelease } from '../../../tools/releases/plan.ts'

const everything = { version: '1.2.3', kinds, architectures }

describe('the plan of a release', () => {
  it('has the script and a tarball for each architecture, whatever Docker can do', () => {
    const { items, impossible } = planRelease(
      { ...everything, kinds: ['script', 'tarball'] },
      { missing: 'no Docker' },
    )
    expect(items.map(({ file }) => file)).toEqual([
      'scope',
      'scope-1.2.3-linux-x86_64.tar.gz',
      'scope-1.2.3-linux-arm64.tar.gz',
    ])
    expect(impossible).toEqual([])
  })

  const buildx = ['linux/amd64', 'linux/arm64', 'linux/386']
  it.each<[what: string, builders: Builders, x86: string, arm: string]>([
    ['buildx builds both', { engine: 'amd64', buildx }, 'buildx', 'buildx'],
    [
      'buildx builds its own',
      { engine: 'amd64', buildx: ['linux/amd64'] },
      'buildx',
      'buildx builds linux/amd64',
    ],
    ['an engine of x86_64 builds its own', { engine: 'amd64' }, 'docker', 'docker buildx is not installed'],
    ['an engine of arm64 builds its own', { engine: 'arm64' }, 'docker buildx is not installed', 'docker'],
    ['no Docker, no image', { missing: 'no Docker engine answers' }, 'no Docker engine', 'no Docker engine'],
  ])('%s', (_, builders, x86, arm) => {
    const { items, impossible } = planRelease({ ...everything, kinds: ['image'] }, builders)
    const outcomes = ['x86_64', 'arm64'].map((architecture) => {
      const file = `scope-1.2.3-image-${architecture}.tar.gz`
      const item = items.find((one) => one.file === file)
      return item?.kind === 'image' ? item.builder : impossible.find((one) => one.file === file)?.reason
    })
    expect(outcomes).toEqual([expect.stringContaining(x86), expect.stringContaining(arm)])
  })

  it('says of what cannot be made what to do', () => {
    const { impossible } = planRelease({ ...everything, kinds: ['image'] }, { engine: 'amd64' })
    expect(impossible[0]?.reason).toContain('run it on a machine of arm64')
  })
})

it('reads the platforms of all nodes of a builder', () => {
  const said = `Name:   default
Driver: docker

Nodes:
Name:      default
Platforms: linux/amd64*, linux/386
Name:      other
Platforms: linux/arm64
`
  expect(platformsIn(said)).toEqual(['linux/amd64', 'linux/386', 'linux/arm64'])
})
