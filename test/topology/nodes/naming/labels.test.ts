import { expect, test } from 'vitest'
import { containerLabel } from '../../../../src/topology/nodes/naming/labels.ts'
import { containerNode } from '../../../support/reports/reports.ts'

const TASK = 'x5nf0x2v6sfu3yx8jyyq6k2xd'
const ofTask = { 'com.docker.swarm.task.id': TASK }

test.each([
  ['web', {}, 'web'],
  [`web_frontend.1.${TASK}`, ofTask, 'web_frontend.1'],
  [`web_frontend.1.${TASK}`, {}, `web_frontend.1.${TASK}`],
  ['renamed', ofTask, 'renamed'],
  ['web', { 'io.kubernetes.container.name': 'app' }, 'app'],
])('the container %s with labels %j is called %s', (name, labels, label) => {
  expect(containerLabel(containerNode('alpha', name, { labels }))).toBe(label)
})
