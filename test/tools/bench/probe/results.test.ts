import { describe, expect, it } from 'vitest'
import type { ContainerFigures } from '../../../../tools/bench/probe/containers.ts'
import { addedPer100, containerTargets } from '../../../../tools/bench/probe/results.ts'

const figures = (
  containers: number,
  probeCpu: number,
  { dockerCpu = 1, dockerCpuAlone = 1, checkout = 'here' }: Partial<ContainerFigures> = {},
): ContainerFigures => ({
  ...{ containers, checkout, probeCpu, dockerCpu, dockerCpuAlone },
  ...{ processes: 100 + containers, statsStreams: 0, metrics: 6 * containers },
})

describe('what 100 idle containers add', () => {
  it.each<[string, readonly ContainerFigures[], number]>([
    ['is nothing where the probe takes no more than without', [figures(0, 2), figures(50, 2)], 0],
    ['is what the probe takes beside that', [figures(0, 0.5), figures(100, 0.75)], 0.25],
    ['is twice that of 50', [figures(0, 0.5), figures(50, 0.75)], 0.5],
    ['is a tenth of that of 1,000', [figures(0, 0.5), figures(1000, 3)], 0.25],
    [
      'is what Docker takes beside that without a probe, too',
      [figures(0, 1), figures(100, 1.5, { dockerCpu: 3, dockerCpuAlone: 1 })],
      2.5,
    ],
    [
      'is less than nothing where both take less',
      [figures(0, 1), figures(100, 0.5, { dockerCpu: 1, dockerCpuAlone: 2 })],
      -1.5,
    ],
    [
      'is beside the same checkout, whatever another one takes',
      [figures(0, 5, { checkout: 'other' }), figures(0, 1), figures(100, 2)],
      1,
    ],
    [
      'is all of it where none was measured without containers',
      [figures(0, 5, { checkout: 'other' }), figures(100, 2)],
      2,
    ],
  ])('%s', (_, all, added) => expect(addedPer100(all, all.at(-1) as ContainerFigures)).toBeCloseTo(added))
})

describe('what is promised of idle containers', () => {
  it('is told of each number of them, of this checkout alone', () => {
    const all = [
      figures(0, 1),
      figures(0, 9, { checkout: 'other' }),
      figures(100, 1.25),
      figures(100, 9, { checkout: 'other' }),
      figures(200, 2),
    ]
    const targets = containerTargets(all)
    expect(targets.map(({ what }) => what)).toEqual([
      'CPU of probe and Docker added per 100 idle containers, of 100',
      'CPU of probe and Docker added per 100 idle containers, of 200',
    ])
    expect(targets.map(({ value }) => value)).toEqual([0.25, 0.5])
    for (const { limit, unit, atLeast } of targets)
      expect([limit, unit, atLeast]).toEqual([0.3, '%', undefined])
  })

  it.each([
    ['nothing was measured', []],
    ['there were no containers', [figures(0, 1)]],
    [
      'only another checkout was measured',
      [figures(0, 1, { checkout: 'other' }), figures(100, 2, { checkout: 'other' })],
    ],
  ])('is nothing where %s', (_, all) => expect(containerTargets(all)).toEqual([]))
})
