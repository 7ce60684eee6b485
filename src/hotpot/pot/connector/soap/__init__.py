"""The SOAP interface `cmcc_mas_wbs`: an existing client works by changing its address."""
