import { createRoute, z } from '@hono/zod-openapi'
import { appDetailsSchema, healthSchema } from '../app.ts'
import { answers, needs } from './entry/operation.ts'
import { noParameters } from './entry/parameters.ts'

export const appDetails = createRoute({
  ...needs('app:read'),
  method: 'get',
  path: '/api',
  summary: 'Version and limits of the app',
  request: { query: noParameters },
  responses: answers('The app.', appDetailsSchema),
})

export const openApi = createRoute({
  ...needs('app:read'),
  method: 'get',
  path: '/api/openapi.json',
  summary: 'This document',
  request: { query: noParameters },
  responses: answers('This document.', z.record(z.string(), z.unknown())),
})

export const health = createRoute({
  ...needs('app:alive'),
  method: 'get',
  path: '/health',
  summary:
    'Answers while the app runs: to anybody whether all is well, and what is not to whom `app:read` is allowed',
  request: { query: noParameters },
  responses: answers('The app runs.', healthSchema),
})
