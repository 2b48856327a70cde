import { createDirectorySide } from './directory-side.ts';
import { workloadSuite } from './workload.suite.ts';

workloadSuite('directory', createDirectorySide, { contentOnly: true, inPlace: true });
