/** `EngineApi`: configuration, the check, its report. */
import { compareReports } from './access/report-compare.ts';
import { reportFile } from './access/report-file.ts';
import { readReport } from './access/report-schema.ts';
import type { CheckApi } from './contract/check.ts';
import type { EngineApi } from './contract/engine-api.ts';
import type { Parts } from './engine.ts';
import { checkTenant } from './jobs/check.ts';
import { keepLicences } from './jobs/keep-licences.ts';
import { ok } from './kernel/result.ts';

export function checkCalls({ tenants, deps }: Parts): CheckApi & Pick<EngineApi, 'configure'> {
  return {
    configure: async (config, tokens) => {
      tenants.configure({ config, tokens });
      return ok();
    },

    check: async (listener, interactive) => {
      const report = await checkTenant(tenants, interactive, listener);
      if (report.ok) await keepLicences({ tenants, records: deps.records }, report.value.tenantId);
      return report;
    },

    reportFile: async (report, format) => ok(reportFile(report, format)),

    compareReports: async (before, after) => {
      const read = readReport(before);
      return read.ok ? compareReports(read.value, after) : read;
    },
  };
}
