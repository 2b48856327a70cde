import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { applicationRoutes } from './application-routes.ts';
import { deletedRoutes } from './deleted-routes.ts';
import { grantRoutes } from './grant-routes.ts';
import { groupLinkRoutes } from './group-links.ts';
import { groupRoutes } from './group-routes.ts';
import { groupWriteRoutes } from './group-write.ts';
import { managerRoutes } from './manager-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { principalRoutes } from './principal-routes.ts';
import { roleRoutes } from './role-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { userRoutes } from './user-routes.ts';

/** Everything the directory answers, below `/v1.0`. */
export function directoryRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const areas = [
    userRoutes,
    managerRoutes,
    groupRoutes,
    groupWriteRoutes,
    groupLinkRoutes,
    roleRoutes,
    tenantRoutes,
    applicationRoutes,
    principalRoutes,
    grantRoutes,
    policyRoutes,
  ];
  for (const area of [...areas, deletedRoutes]) routes.route('/', area());
  return routes;
}
