import { createRoute, z } from '@hono/zod-openapi'
import { endedSchema, newUserSchema, userChangeSchema, userNameSchema, userSchema } from '../session.ts'
import { answers, jsonBody, needs } from './entry/operation.ts'
import { noParameters } from './entry/parameters.ts'

const userPath = z.object({ name: userNameSchema.describe('Name of the user.') })
const unknownUser = { 404: 'There is no such user.' }
const busy = { 503: 'Too many passwords are being hashed at once.' }

export const users = createRoute({
  ...needs('user:manage'),
  method: 'get',
  path: '/api/users',
  summary: 'Who can sign in with a password',
  request: { query: noParameters },
  responses: answers('The users, by name.', z.array(userSchema).readonly()),
})

export const addUser = createRoute({
  ...needs('user:manage'),
  method: 'post',
  path: '/api/users',
  summary: 'Add a user',
  request: { query: noParameters, body: jsonBody(newUserSchema) },
  responses: answers('The user.', userSchema, {
    409: 'There is a user of that name, the name is reserved, or there are too many users.',
    ...busy,
  }),
})

export const changeUser = createRoute({
  ...needs('user:manage'),
  method: 'post',
  path: '/api/users/{name}',
  summary: 'Change the role or the password of a user, which ends their sessions',
  request: { params: userPath, query: noParameters, body: jsonBody(userChangeSchema) },
  responses: answers('The user.', userSchema, { ...unknownUser, ...busy }),
})

export const removeUser = createRoute({
  ...needs('user:manage'),
  method: 'delete',
  path: '/api/users/{name}',
  summary: 'Remove a user, which ends their sessions; of a name that only a proxy knows, end the sessions',
  request: { params: userPath, query: noParameters },
  responses: answers('It is done.', endedSchema, {
    404: 'There is neither such a user nor a session by a proxy.',
  }),
})
