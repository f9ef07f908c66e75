"""One crystal: slip and twin systems, constants, flow rule, hardening, time integration."""
