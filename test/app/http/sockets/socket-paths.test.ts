import { expect, it } from 'vitest'
import { speaksWebSocket } from '../../../../src/app/http/sockets/socket-paths.ts'

it.each([
  '/api/topology/containers/ws',
  '/api/topology/a%2Fb/ws',
  '/api/events/ws',
  '/api/findings/ws',
  '/api/probe/ws',
  '/api/pipe/12ab',
])('there is a WebSocket at %s', (path) => {
  expect(speaksWebSocket(path)).toBe(true)
})

it.each([
  '/',
  '/ws',
  '/assets/index.js',
  '/health',
  '/api',
  '/api/report',
  '/api/topology/containers',
  '/api/topology/containers/ws/',
  '/api/topology/containers/some/ws',
  '/api/pipe/12ab/check',
  '/x/api/events/ws',
])('there is none at %s', (path) => {
  expect(speaksWebSocket(path)).toBe(false)
})
